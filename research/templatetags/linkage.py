"""`{% load linkage %}`: from a finding to the links of theories of change that it is tied to."""

from typing import Any

from django import template

from research.evidence.models import Finding
from research.linkage.contribution.queries import links_of_finding

register = template.Library()


@register.inclusion_tag("research/linkage/contribution/_of_finding.html")
def theory_links(finding: Finding) -> dict[str, Any]:
    """`{% theory_links finding %}`. One query."""
    return {"links": list(links_of_finding(finding))}
