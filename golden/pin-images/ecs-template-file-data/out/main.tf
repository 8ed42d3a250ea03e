resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = data.template_file.app.rendered
}

data "template_file" "app" {
  template = file("${path.module}/app.json")

  vars = {
    tag = var.tag
  }
}

variable "tag" {
  default = "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e"
}
