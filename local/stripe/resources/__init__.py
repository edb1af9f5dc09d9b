"""What Stripe's API keeps: sessions, payment intents, charges, refunds, events, endpoints."""
