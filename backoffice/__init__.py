"""The officers' site: one room, filled by what the apps above register (:mod:`backoffice.registry`)."""
