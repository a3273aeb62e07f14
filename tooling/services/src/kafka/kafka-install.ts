// Kafka is jars from Maven, so it takes a Java and, once, a Maven: those installed, or Debian's unpacked into the cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDebianPackages, unpackDebian } from '../debian-packages.ts';
import { findProgram } from '../find-program.ts';
import { fetchOnce } from '../repository-cache.ts';
import { runProgram } from '../run-program.ts';
import { javaTrustStore } from './java-trust-store.ts';

const JAVA_VERSION_MIN = 17;
const COPY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const JAVA_PACKAGE = `openjdk-${JAVA_VERSION_MIN}-jre-headless`;
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));

export interface KafkaInstall {
  readonly java: string;
  readonly keytool: string;
  /** All jars of the broker, for `-cp`. */
  readonly classPath: string;
}

/** About 6 s and 43 MB for the jars, once. */
export async function findKafka(): Promise<KafkaInstall> {
  const home = installedJavaHome() ?? (await fetchJavaHome());
  // another version is another folder
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const jars = await fetchOnce(`kafka-${version}`, (folder) => copyJars(home, folder));
  return { java: path.join(home, 'bin/java'), keytool: path.join(home, 'bin/keytool'), classPath: path.join(jars, '*') };
}

async function copyJars(javaHome: string, folder: string): Promise<void> {
  const maven = findProgram('mvn') ?? (await fetchMaven());
  // Maven's own repository would stay in the user's home, which not every user has
  const repository = path.join(folder, '.m2');
  const args = ['-B', '-q', '-f', POM, COPY_PLUGIN, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`, `-Dmaven.repo.local=${repository}`];
  await runProgram(maven, args, { cwd: folder, env: { ...process.env, JAVA_HOME: javaHome } });
  rmSync(repository, { recursive: true, force: true });
}

function installedJavaHome(): string | null {
  const candidates = [process.env['JAVA_HOME'] && path.join(process.env['JAVA_HOME'], 'bin/java'), 'java'];
  for (const java of candidates) {
    if (!java) continue;
    const { stderr } = spawnSync(java, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
    const version = Number(/java\.specification\.version = (\d+)/.exec(stderr ?? '')?.[1]);
    const home = /java\.home = (.*)/.exec(stderr ?? '')?.[1];
    if (home && version >= JAVA_VERSION_MIN) return home.trim();
  }
  return null;
}

async function fetchJavaHome(): Promise<string> {
  const root = await fetchDebian('java', async (folder) => {
    await unpackDebian(folder, JAVA_PACKAGE);
    const store = path.join(javaHomeIn(folder), 'lib/security/cacerts');
    if (existsSync(store) || !existsSync(AUTHORITIES)) return;
    rmSync(store, { force: true });
    writeFileSync(store, javaTrustStore(readFileSync(AUTHORITIES, 'utf8')));
  });
  return javaHomeIn(root);
}

function javaHomeIn(root: string): string {
  const machines = path.join(root, 'usr/lib/jvm');
  return path.join(machines, readdirSync(machines).find((entry) => entry.startsWith(`java-${JAVA_VERSION_MIN}-openjdk-`)) ?? '');
}

async function fetchMaven(): Promise<string> {
  const root = await fetchDebian('maven', (folder) => unpackDebian(folder, 'maven', { without: /^(openjdk|default-jre|java-common|ca-certificates-java)/ }));
  return path.join(root, 'usr/share/maven/bin/mvn');
}

function fetchDebian(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (!hasDebianPackages()) throw new Error(`there is no ${name} of the version needed, and no Debian packages to unpack it from`);
  return fetchOnce(name, fill);
}
