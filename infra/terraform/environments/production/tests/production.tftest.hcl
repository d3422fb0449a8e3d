mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

mock_provider "archive" {}

variables {
  image        = "ghcr.io/todo-app/todo-app:v0.1.0"
  domain       = { name = "todo.example.com", zone_id = "Z0123456789" }
  alarm_emails = ["on-call@example.com"]
}

run "production" {
  command = plan

  assert {
    condition     = output.url == "https://todo.example.com"
    error_message = "The service answers at its domain."
  }
}

run "a_region_without_certificates_is_refused" {
  command = plan

  variables {
    region = "eu-nowhere-1"
  }

  expect_failures = [var.region]
}
