data "kubernetes_pod_v1" "web" {
  metadata {
    name = "web"
  }
}

data "docker_registry_image" "nginx" {
  name = "nginx:latest"
}
