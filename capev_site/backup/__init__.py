"""Everything in one encrypted file – tables and files – and back, on either database."""
