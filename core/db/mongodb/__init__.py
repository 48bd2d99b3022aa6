"""MongoDB as Django's database: MongoDB's own backend, and what the portal needs beyond it.

``ENGINE = "core.db.mongodb"``. Each module mends one thing; docs/architecture/databases.md says what each
mend is for and what would make it needless.
"""
