from bench import workers


def test_only_what_was_computed_since_counts_and_a_new_workers_start_too():
    before = {"TakeOrder": {1: 2.0}, "CheckDraft": {2: 5.0}}
    after = {"TakeOrder": {1: 2.5, 3: 1.0}, "IssueDocument": {4: 0.25}}

    assert workers.between(before, after) == {"TakeOrder": 1.5, "IssueDocument": 0.25}
