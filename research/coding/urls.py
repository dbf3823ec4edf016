from django.urls import path

from research.coding.codebooks import views as codebooks
from research.coding.memos import views as memos
from research.coding.passages import views as passages
from research.coding.qda import views as qda
from research.coding.tables import views as tables
from research.coding.tasks import views as tasks

urlpatterns = [
    path("observations/<int:pk>/coder/", passages.observation_coding, name="observation-coding"),
    path("observations/<int:pk>/codeurs/", tasks.coding_task_create, name="coding-task-create"),
    path("passages/", tables.passage_list, name="passage-list"),
    path("passages/<int:pk>/retirer/", passages.passage_remove, name="passage-remove"),
    path("codage/taches/", tasks.coding_task_list, name="coding-task-list"),
    path("codage/taches/<int:pk>/etape/", tasks.coding_task_step, name="coding-task-step"),
    path("codage/accord/", tasks.coding_agreement, name="coding-agreement"),
    path("codage/typologies/", tables.code_matrix, name="code-matrix"),
    path("codage/ensemble/", tables.code_pairs, name="code-pairs"),
    path("memos/", memos.memo_list, name="memo-list"),
    path("memos/nouveau/", memos.memo_create, name="memo-create"),
    path("memos/<int:pk>/", memos.memo_edit, name="memo-edit"),
    path("memos/<int:pk>/retirer/", memos.memo_remove, name="memo-remove"),
    path("guides/", codebooks.codebook_list, name="codebook-list"),
    path("guides/nouveau/", codebooks.codebook_create, name="codebook-create"),
    path("guides/importer/", qda.qda_import, name="qda-import"),
    path("guides/importer/verifier/", qda.qda_check, name="qda-check"),
    path("guides/<int:pk>/refi-qda/", qda.codebook_file, name="codebook-file"),
    path("guides/<int:pk>/", codebooks.codebook_detail, name="codebook-detail"),
    path("guides/<int:pk>/modifier/", codebooks.codebook_edit, name="codebook-edit"),
    path("guides/<int:pk>/etape/", codebooks.codebook_step, name="codebook-step"),
    path("guides/<int:pk>/code/", codebooks.code_create, name="code-create"),
    path("guides/codes/<int:pk>/", codebooks.code_edit, name="code-edit"),
    path("guides/codes/<int:pk>/etape/", codebooks.code_step, name="code-step"),
]
