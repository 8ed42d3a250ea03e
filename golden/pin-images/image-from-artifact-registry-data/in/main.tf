data "google_artifact_registry_docker_image" "app" {
  location      = "europe-west1"
  repository_id = "apps"
  image_name    = "app:latest"
}

resource "google_cloud_run_v2_service" "app" {
  name     = "app"
  location = "europe-west1"

  template {
    containers {
      image = data.google_artifact_registry_docker_image.app.self_link
    }
  }
}
