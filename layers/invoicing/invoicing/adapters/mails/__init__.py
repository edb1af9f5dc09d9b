"""From a notice to the mail that SES is given."""
