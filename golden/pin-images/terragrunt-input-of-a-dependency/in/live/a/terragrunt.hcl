terraform {
  source = "../../modules//a"
}

dependency "build" {
  config_path  = "../build"
  mock_outputs = { image = "nginx:latest" }
}

inputs = {
  image = dependency.build.outputs.image
}
