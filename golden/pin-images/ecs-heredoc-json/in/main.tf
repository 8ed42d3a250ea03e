resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = <<EOF
[
  {
    "name": "web",
    "image": "nginx:latest",
    "memory": 128
  }
]
EOF
}
