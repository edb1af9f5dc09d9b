"""The description of the API: what each route answers, and the OpenAPI file made of it."""
