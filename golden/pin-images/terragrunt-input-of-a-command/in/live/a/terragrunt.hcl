terraform {
  source = "../../modules//a"
}

inputs = {
  image = "nginx:${run_cmd("git", "rev-parse", "--short", "HEAD")}"
}
