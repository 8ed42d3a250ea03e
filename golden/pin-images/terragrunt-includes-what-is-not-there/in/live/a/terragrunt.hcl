include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

terraform {
  source = "../../modules//a"
}

inputs = {
  image = include.root.locals.image
}
