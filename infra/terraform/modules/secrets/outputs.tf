output "jwt_secret_arn" {
  description = "Secret with jwt-secret and jwt-secret-previous."
  value       = aws_secretsmanager_secret_version.jwt.arn
}

# Available once the login works: tasks wait for it.
output "database_secret_arn" {
  description = "Secret with username and password of the service."
  value       = aws_secretsmanager_secret_version.database.arn

  depends_on = [aws_lambda_invocation.first_login]
}

output "function_names" {
  description = "Names of the rotation functions."
  value       = { for key, function in aws_lambda_function.rotation : key => function.function_name }
}
