"""YAML, JSON and templates of both, edited as losslessly as HCL: libyaml says where things are, byte-span edits change them.

    stream = reader.parse(data, start=..., end=..., template=True)   # YamlStream, or Unparsable
    image = stream.documents[0].find("spec.containers[0].image")
    edits = edit.set_scalar(image, "nginx:1.27.3")                   # a list of Edit, or CannotEdit
    gate.difference(before, after, template=True)                    # what changed, as a second parser sees it

Offsets are bytes of ``data``, which may be a larger file (a heredoc in Terraform code). ``import yaml`` in here is PyYAML. What edits and
what judges is imported only by a run that does: use the modules, not this package.
"""
