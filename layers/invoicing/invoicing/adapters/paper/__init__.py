"""From a document to its PDF; the only place that imports WeasyPrint."""
