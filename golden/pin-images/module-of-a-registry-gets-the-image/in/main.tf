module "service" {
  source  = "terraform-aws-modules/ecs/aws//modules/service"
  version = "~> 5.0"

  container_definitions = {
    web = { image = "nginx:latest" }
  }
}
