terraform {
  source = "git::https://example.com/modules.git//a?ref=v1.2.3"
}

inputs = {
  image = "nginx:latest"
}
