"""The dashboard follows what is deployed."""

from cli import dashboard
from cli.dashboard import Resource, Whereabouts
from tests import aws

PARIS = Whereabouts("shop", "aws", "eu-west-3", "123456789012")
WIDEST = 24  # columns of a dashboard
MOST = {"metric": 500, "alarm": 100}  # that CloudWatch draws in one widget


def deployed():
    """Every resource of the template, as SAM makes them."""
    made = {"AWS::Serverless::Function": "AWS::Lambda::Function"}
    made["AWS::Serverless::HttpApi"] = "AWS::ApiGatewayV2::Api"
    for name, resource in aws.template()["Resources"].items():
        kind = made.get(resource["Type"], resource["Type"])
        rings = "AlarmActions" in resource.get("Properties", {})
        yield Resource(name, f"stack-{name}", kind, rings=rings)


def widgets():
    return dashboard.body(list(deployed()), PARIS)["widgets"]


def titled(title):
    [found] = [w["properties"] for w in widgets() if w["properties"]["title"].startswith(title)]
    return found


def charted(title):
    return {line[-1]["label"] for line in titled(title)["metrics"]} - {""}


def test_every_alarm_and_dead_letter_queue_and_function_of_the_template_is_on_it():
    names = {each.logical_id: each for each in deployed()}
    alarms = {name for name, each in names.items() if each.type.endswith("Alarm")}
    ringing = {name for name in alarms if names[name].rings}
    functions = {name for name, each in names.items() if each.type == "AWS::Lambda::Function"}
    queues = {name for name, each in names.items() if each.type == "AWS::SQS::Queue"}

    begun = "arn:aws:cloudwatch:eu-west-3:123456789012:alarm:stack-"
    assert set(titled("What rings")["alarms"]) == {f"{begun}{name}" for name in ringing}
    assert len(ringing) == 10  # as docs/operations.md says
    parts = {f"{begun}{name}" for name in alarms - ringing}
    assert set(titled("What that is made of")["alarms"]) == parts
    assert charted("Dead letters") == {name for name in queues if name.startswith("Dead")}
    assert charted("Oldest message, s") == {name for name in queues if not name.startswith("Dead")}
    assert charted("Errors") == functions


def test_no_widget_covers_another_or_draws_more_than_cloudwatch_does():
    places = [(each["x"], each["y"]) for each in widgets()]

    assert len(set(places)) == len(places)
    assert all(each["x"] + each["width"] <= WIDEST for each in widgets())
    for each in widgets():
        drawn = each["properties"].get("metrics") or each["properties"]["alarms"]
        assert 0 < len(drawn) <= MOST[each["type"]]


def test_what_functions_count_is_drawn_by_the_name_by_which_they_count_it():
    alarms = aws.resources("AWS::CloudWatch::Alarm").values()
    counted = {each["MetricName"] for each in alarms if each["Namespace"] == "Facturier"}

    assert counted <= charted("Happened") | charted("Waits")


def test_of_more_lines_than_a_person_tells_apart_the_highest_are_drawn():
    first, *lines = titled("Errors")["metrics"]

    assert first[0]["expression"] == "SORT(METRICS(), MAX, DESC, 16)"
    assert not any(line[-1]["visible"] for line in lines)
    assert len({line[-1]["id"] for line in lines}) == len(lines) > 16
    assert all(
        len(w["properties"].get("metrics", ())) <= 16 or "highest" in w["properties"]["title"]
        for w in widgets()
    )
