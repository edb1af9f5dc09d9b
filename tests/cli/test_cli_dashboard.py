"""The dashboard follows what is deployed."""

from cli import dashboard
from cli.dashboard import Resource, Whereabouts
from tests import aws

PARIS = Whereabouts("aws", "eu-west-3", "123456789012")
WIDEST = 24  # columns of a dashboard
MOST = {"metric": 500, "alarm": 100}  # that CloudWatch draws in one widget


def deployed():
    """Every resource of the template, as SAM makes them."""
    made = {"AWS::Serverless::Function": "AWS::Lambda::Function"}
    made["AWS::Serverless::HttpApi"] = "AWS::ApiGatewayV2::Api"
    for name, resource in aws.template()["Resources"].items():
        yield Resource(name, f"stack-{name}", made.get(resource["Type"], resource["Type"]))


def widgets():
    return dashboard.body(list(deployed()), PARIS)["widgets"]


def charted(title):
    [found] = [each["properties"] for each in widgets() if each["properties"]["title"] == title]
    return {line[-1]["label"] for line in found["metrics"]}


def test_every_alarm_and_dead_letter_queue_and_function_of_the_template_is_on_it():
    names = {each.logical_id: each for each in deployed()}
    alarms = [name for name, each in names.items() if each.type.endswith("Alarm")]
    functions = {name for name, each in names.items() if each.type == "AWS::Lambda::Function"}
    queues = {name for name, each in names.items() if each.type == "AWS::SQS::Queue"}

    assert widgets()[0]["properties"]["alarms"] == [
        f"arn:aws:cloudwatch:eu-west-3:123456789012:alarm:stack-{name}" for name in alarms
    ]
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
    [found] = [w for w in widgets() if w["properties"]["title"] == "Counted by the functions"]
    alarms = aws.resources("AWS::CloudWatch::Alarm").values()
    counted = {each["MetricName"] for each in alarms if each["Namespace"] == "Facturier"}

    assert counted <= {line[1] for line in found["properties"]["metrics"]}
