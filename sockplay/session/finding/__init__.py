"""Finding calls in a record: the filter language, and the search for bytes."""
