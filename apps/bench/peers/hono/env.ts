const { DATABASE_URL, PORT, JWT_SECRET = '', POOL_SIZE } = process.env

export const env = {
  databaseUrl: DATABASE_URL,
  port: Number(PORT),
  jwtSecret: JWT_SECRET,
  poolSize: Number(POOL_SIZE),
}
