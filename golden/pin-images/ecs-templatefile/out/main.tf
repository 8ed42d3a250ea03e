resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = templatefile("${path.module}/app.json.tpl", { memory = 128, tag = "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e" })
}
