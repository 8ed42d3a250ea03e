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
  default = "latest"
}
