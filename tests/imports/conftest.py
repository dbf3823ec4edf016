from tests.intake.conftest import folders, known

__all__ = ["folders", "known"]
