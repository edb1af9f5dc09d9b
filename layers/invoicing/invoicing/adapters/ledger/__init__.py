"""The ledger and its heads in DynamoDB: what is issued, closed and signed."""
