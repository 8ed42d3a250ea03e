resource "google_compute_instance" "vm" {
  name         = "vm"
  machine_type = "e2-micro"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  metadata = {
    gce-container-declaration = yamlencode({ spec = { containers = [{ image = "nginx:latest" }] } })
  }
}

resource "azurerm_container_registry_task" "build" {
  name                  = "build"
  container_registry_id = "acr"

  docker_step {
    dockerfile_path      = "Dockerfile"
    image_names          = ["nginx:latest"]
    context_path         = "https://example.com"
    context_access_token = "none"
  }
}
