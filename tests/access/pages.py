"""Each page and the right that opens it, by the lines of the one table (`indicators/accounts/matrix.py`).

A page that is not here fails the tests. Steps that are sent, files and answers for scripts: `tests/access/sent.py`.
"""

RIGHTS = {
    "page.public": "edition-list evaluation-detail home medexis offline password-forgotten password-forgotten-sent"
    " site-map",
    "edition.read_frozen": "edition-detail edition-restatements",
    "edition.write": "edition-create edition-draft edition-section-edit",
    "account.own": "own-account own-password rights second-factor saved-view-create saved-view-list",
    "token.own": "token-list",
    "journal.own": "own-journal",
    "journal.read_all": "journal",
    "account.propose": "invitation-list",
    "number.read": "denominators explorer explorer-control explorer-map explorer-trend imported-indicators"
    " indicator-detail indicator-list indicator-rivals number-detail joint-display",
    "quality.read": "quality-board quality-flags",
    "refresh.read": "import-names job-list",
    "refresh.ask": "job-ask",
    "approval.read": "approval-detail approval-list",
    "import.read": "import-list",
    "import.send": "import-mappings import-upload",
    "dhis2.read": "dhis2-server-list",
    "search.use": "search search-found",
    "site.read": "exposure site-detail site-list",
    "exposure.edit": "exposure-plan exposure-stage-create exposure-stage-edit",
    "agenda.read": "plan-detail plan-list question-detail question-list",
    "agenda.plan": "plan-create plan-edit",
    "visit.read": "action-detail action-list checklist-list checklist-preview coach-list coachee-list"
    " competency-agreement competency-coachee competency-list competency-pairs competency-scale site-scorecard"
    " staff-list verification-factors visit-calendar visit-coverage visit-detail visit-list visit-plan visit-ratings"
    " visit-report",
    "visit.enter": "action-create coachee-create coachee-edit planner-draw register-check staff-create staff-edit"
    " submission-list visit-about visit-create visit-edit visit-fill visit-finish visit-planner visit-section"
    " visit-talk",
    "coach.keep": "coach-create coach-edit competency-domain-create competency-domain-edit competency-level-create"
    " competency-level-edit",
    "checklist.build": "checklist-create checklist-detail checklist-edit checklist-import choices-create choices-edit"
    " item-create item-edit section-create section-edit",
    "stock.read": "card-detail card-list order-detail order-list order-sums product-detail product-list site-stock"
    " stock-calendar stock-definitions stock-definitions-of stock-detail stock-list stock-out-episode stock-out-list"
    " stock-signals vaccine-assumptions",
    "stock.enter": "card-line-cancel card-line-create card-line-edit card-lines order-create order-edit stock-entry"
    " stock-file-check stock-file-list stock-grid stock-out-create stock-out-edit",
    "stock.undo_file": "stock-file-detail",
    "stock.correct_lots": "lot-edit",
    "stock.keep_products": "product-norm product-offers",
    "observation.log": "observation-create",
    "observation.read": "chain observation-detail observation-list observations-found",
    "observation.edit": "observation-edit",
    "codebook.read": "code-matrix code-pairs codebook-detail codebook-list",
    "coding.code": "code-create code-edit codebook-create codebook-edit coding-agreement coding-task-list memo-create"
    " memo-list observation-coding passage-list qda-import",
    "coding.assign": "coding-task-create",
    "finding.read": "chain-of-a-finding finding-detail finding-list finding-use-list",
    "finding.write": "evidence-use finding-create finding-use-create",
    "finding.edit": "evidence-found finding-edit finding-link-create finding-part-create finding-part-edit",
    "use.edit": "finding-use-edit",
    "theory.read": "theory-detail theory-link theory-list theory-story",
    "theory.write": "theory-create theory-evidence-create theory-evidence-remove theory-part-create theory-part-edit",
    "analysis.read": "analysis-detail analysis-list analysis-result",
    "analysis.write": "analysis-create analysis-version screening-detail screening-list",
    "analysis.edit": "analysis-edit analysis-version-create analysis-version-edit",
    "annotation.read": "annotation-detail annotation-list",
    "annotation.write": "annotation-create",
    "annotation.change": "annotation-edit",
    "export.deidentified": "coded-texts-export export-list",
    "system.see_parts": "style-guide",
    "system.read_set_up": "first-steps",
}
RIGHT_OF = {page: right for right, pages in RIGHTS.items() for page in pages.split()}

OF_THE_SITE = {
    "action-detail", "approval-detail", "card-detail", "card-line-cancel", "card-line-edit", "card-lines",
    "coachee-edit", "competency-coachee", "number-detail", "order-detail", "order-edit", "register-check",
    "site-detail", "site-scorecard", "site-stock", "staff-edit", "stock-detail", "stock-grid", "visit-about",
    "visit-detail", "visit-edit", "visit-fill", "visit-finish", "visit-ratings", "visit-report", "visit-section",
    "visit-talk",
}  # fmt: skip
"""Pages that belong to the one site: for a clerk of another district they are as if they did not exist."""
