from pathlib import Path

import pytest

from local.deployment import DeploymentFailedError, deploy


def test_a_refused_stack_says_which_resource_and_why(running_stack, tmp_path: Path):
    refused = "Resources: {Loud: {Type: 'AWS::CloudWatch::Alarm', Properties: {Threshold: 1}}}"
    template = tmp_path / "template.yaml"
    template.write_text(refused)

    with pytest.raises(DeploymentFailedError, match=r"Loud: .*MetricName"):
        deploy(running_stack.emulator, template, [], name="refused", parameters={})
