terraform {
  source = "../../modules//a"
}

inputs = {
  image = get_env("IMAGE", "nginx:latest")
}
