data "terraform_remote_state" "build" {
  backend = "local"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "ghcr.io/acme/app:${data.terraform_remote_state.build.outputs.tag}"
    }
  }
}
