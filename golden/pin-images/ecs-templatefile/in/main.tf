resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = templatefile("${path.module}/app.json.tpl", { memory = 128, tag = "latest" })
}
