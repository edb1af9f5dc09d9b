import pytest

from layers.weasyprint import build, debian, wheels


@pytest.mark.parametrize("fault", [FileNotFoundError("apt-get"), debian.NoSourceError("no mirror")])
def test_where_no_packages_can_be_had_the_systems_libraries_must_do(
    tmp_path, monkeypatch, capsys, fault
):
    def refuse(*_: object) -> None:
        raise fault

    monkeypatch.setattr(debian, "fetch", refuse)
    monkeypatch.setattr(wheels, "install", lambda _, folder: folder.mkdir())

    content = build.recipe("x86_64", tmp_path)

    assert content["debian"] == {}
    assert [each.name for each in tmp_path.iterdir()] == ["python"]
    assert str(fault) in capsys.readouterr().err
