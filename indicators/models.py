"""Re-exports the rooms' models: Django looks for them here, people look in the rooms."""

from indicators.accounts.models import ApiToken, Invitation, SignInAttempt, User
from indicators.approvals.models import Approval, LockException
from indicators.audit.models import AuditEntry, AuditRewriting, AuditShape, ReadRecord, RemovalRecord
from indicators.exchange.models import ColumnMapping, Dhis2Pull, Dhis2Server, ImportRun, WaitingRecord
from indicators.geography.models import (
    FormerParent,
    NameSetAside,
    OrgUnit,
    OrgUnitAlias,
    OrgUnitGroup,
    OrgUnitGroupMembership,
    UnitBoundary,
)
from indicators.registry.models import (
    Constant,
    DataElement,
    DataSet,
    DataSetAssignment,
    ImportedIndicator,
    OptionCombo,
)
from indicators.rollup.models import Aggregate, DenominatorTotal, RefreshJob
from indicators.sources.models import Source
from indicators.values.models import (
    Batch,
    ChangedCell,
    DataValue,
    Denominator,
    PublishedFigure,
    ReportReceived,
    ValueChange,
    ValueComment,
)

__all__ = [
    "Aggregate",
    "ApiToken",
    "Approval",
    "AuditEntry",
    "AuditRewriting",
    "AuditShape",
    "Batch",
    "ChangedCell",
    "ColumnMapping",
    "Constant",
    "DataElement",
    "DataSet",
    "DataSetAssignment",
    "DataValue",
    "Denominator",
    "DenominatorTotal",
    "Dhis2Pull",
    "Dhis2Server",
    "FormerParent",
    "ImportRun",
    "ImportedIndicator",
    "Invitation",
    "LockException",
    "NameSetAside",
    "OptionCombo",
    "OrgUnit",
    "OrgUnitAlias",
    "OrgUnitGroup",
    "OrgUnitGroupMembership",
    "PublishedFigure",
    "ReadRecord",
    "RefreshJob",
    "RemovalRecord",
    "ReportReceived",
    "SignInAttempt",
    "Source",
    "UnitBoundary",
    "User",
    "ValueChange",
    "ValueComment",
    "WaitingRecord",
]
