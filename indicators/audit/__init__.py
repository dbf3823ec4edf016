"""The journal: who wrote, read and took out what, sealed in a chain that shows tampering."""
