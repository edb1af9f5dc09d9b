"""What people read: documents, mails, pages and explanations, as data for the templates."""
