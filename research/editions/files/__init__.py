"""A frozen edition as files: PDF by typst, DOCX by python-docx, charts drawn here, nothing asked of another host."""
