# Sluice in an image. `docker build .` builds it from the sources, with BuildKit (docker-buildx); `docker build
# --target from-jars .` takes what `./sluice` or `mvn package` left in app/target.
FROM eclipse-temurin:17.0.15_6-jre AS runtime
RUN useradd --system --uid 10001 --shell /usr/sbin/nologin sluice \
    && install -d -o sluice /var/lib/sluice
WORKDIR /opt/sluice
COPY LICENSE sluice ./
ENV LAUNCHER_BUILD=no \
    SLUICE_DATA=/var/lib/sluice/data
USER 10001
# A process of `sluice run` says itself whether it is well, on telemetry.port.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9465 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/sluice/sluice"]
CMD ["--help"]

FROM runtime AS from-jars
COPY app/target app/target

FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
# What was built outside is for from-jars alone.
RUN rm -rf app/target && mvn -B -q --no-transfer-progress -pl app -am package -DskipTests -Dspotless.check.skip=true

FROM runtime
COPY --from=build /src/app/target/lib app/target/lib
COPY --from=build /src/app/target/agent app/target/agent
COPY --from=build /src/app/target/app-0.1.0-SNAPSHOT.jar app/target/
