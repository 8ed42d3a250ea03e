resource "kubernetes_config_map_v1" "templates" {
  metadata {
    name = "templates"
  }

  data = {
    "runner.yaml" = yamlencode({
      spec = { containers = [{ name = "build", image = "nginx:latest" }] }
    })
    image = "nginx:latest"
  }
}
