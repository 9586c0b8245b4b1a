package io.flotilla;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The map of the packages: what each may import. The first page for whoever is new here; ARCHITECTURE.md says what
/// each is for.
class ArchitectureMapTest {
    private static final String ROOT = "io.flotilla";

    /// A package and those it may import, in the order in which they stand on each other. Besides, everybody may import
    /// the JDK, SLF4J, JSpecify and `failure`.
    private static final Map<String, Set<String>> MAY_IMPORT =
            Map.ofEntries(
                    entry("failure", Set.of()),
                    entry("disk", Set.of()),
                    entry("libc", Set.of()),
                    entry("binlog", Set.of()),
                    entry("tls", Set.of()),
                    entry("peer", Set.of("tls")),
                    entry("engine", Set.of("binlog", "disk", "libc")),
                    entry("consensus", Set.of("disk", "libc", "peer")),
                    entry("ddl", Set.of("binlog", "disk", "engine")),
                    entry("provision", Set.of("binlog", "engine", "peer")),
                    entry("verify", Set.of("binlog", "ddl", "peer")),
                    entry(
                            "replication",
                            Set.of(
                                    "binlog",
                                    "disk",
                                    "engine",
                                    "consensus",
                                    "ddl",
                                    "peer",
                                    "provision",
                                    "verify")),
                    entry("sql", Set.of("replication", "engine", "binlog")),
                    entry("account", Set.of("sql", "replication")),
                    entry("observe", Set.of("replication", "provision", "binlog")),
                    entry(
                            "http",
                            Set.of(
                                    "account",
                                    "sql",
                                    "observe",
                                    "replication",
                                    "verify",
                                    "peer",
                                    "tls",
                                    "binlog")),
                    entry("door", Set.of("replication", "peer", "tls")),
                    entry(
                            "node",
                            Set.of(
                                    "http",
                                    "account",
                                    "door",
                                    "sql",
                                    "observe",
                                    "replication",
                                    "verify",
                                    "provision",
                                    "consensus",
                                    "ddl",
                                    "engine",
                                    "peer",
                                    "tls")),
                    entry("bench", Set.of()),
                    entry("workload", Set.of("bench")),
                    entry("chaos", Set.of("bench", "workload")),
                    entry(
                            "cli",
                            Set.of(
                                    "node",
                                    "account",
                                    "engine",
                                    "peer",
                                    "tls",
                                    "bench",
                                    "workload",
                                    "chaos")),
                    entry("", Set.of("cli")));

    /// A foreign library is known to one package; JSON to those that write or read it.
    private static final Map<String, Set<String>> LIBRARIES =
            Map.of(
                    "com.alipay.sofa.jraft", Set.of("consensus"),
                    "com.google.protobuf", Set.of("consensus"),
                    "com.lmax.disruptor", Set.of("consensus"),
                    "org.mariadb.jdbc", Set.of("engine"),
                    "org.eclipse.jetty", Set.of("http"),
                    "com.fasterxml.jackson", Set.of("http", "cli", "bench", "workload"),
                    "io.micrometer", Set.of("observe"),
                    "ch.qos.logback", Set.of("cli"),
                    "org.jline", Set.of("cli"),
                    "picocli", Set.of("cli"));

    private static final List<String> FREE =
            List.of("java.", "javax.", "jdk.", "com.sun.management", "org.slf4j", "org.jspecify");

    private static final Pattern VAGUE_TYPE =
            Pattern.compile(".*(Impl|Utils?|Helper|Manager|Data|Info)");

    private static final Pattern VAGUE_PACKAGE =
            Pattern.compile("utils?|common|impl|internal|helpers?|managers?");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    @Test
    void everyPackageIsOnTheMap() {
        assertThat(CLASSES.stream().map(ArchitectureMapTest::feature).distinct())
                .allSatisfy(feature -> assertThat(MAY_IMPORT).containsKey(feature));
    }

    @Test
    void importsRunOneWayAlongTheMap() {
        assertThat(ours().filter(ArchitectureMapTest::isOffTheMap).map(Dependency::getDescription))
                .isEmpty();
    }

    @Test
    void noPackagesImportEachOtherInACircle() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void aForeignLibraryIsKnownToOnePackage() {
        assertThat(
                        foreign()
                                .filter(dependency -> !isAllowedLibrary(dependency))
                                .map(Dependency::getDescription))
                .isEmpty();
    }

    @Test
    void namesSayWhatTheyName() {
        assertThat(
                        CLASSES.stream()
                                .filter(each -> VAGUE_TYPE.matcher(each.getSimpleName()).matches()))
                .isEmpty();
        assertThat(
                        packages()
                                .filter(each ->
                                        VAGUE_PACKAGE.matcher(each.getRelativeName()).matches()))
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsAndWhereNothingIsNull() {
        assertThat(packages().filter(each -> !each.getName().equals(ROOT)))
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    }

    private Stream<JavaPackage> packages() {
        return CLASSES.stream().map(JavaClass::getPackage).distinct();
    }

    private Stream<Dependency> dependencies() {
        return CLASSES.stream().flatMap(each -> each.getDirectDependenciesFromSelf().stream());
    }

    private Stream<Dependency> ours() {
        return dependencies().filter(dependency -> isOurs(target(dependency)));
    }

    private Stream<Dependency> foreign() {
        return dependencies().filter(dependency -> !isOurs(target(dependency)));
    }

    private static boolean isOffTheMap(Dependency dependency) {
        String from = feature(dependency.getOriginClass());
        String to = feature(target(dependency));
        return !to.equals(from)
                && !to.equals("failure")
                && !MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    private static boolean isAllowedLibrary(Dependency dependency) {
        JavaClass target = target(dependency);
        String name = target.getName();
        String from = feature(dependency.getOriginClass());
        return target.isPrimitive()
                || FREE.stream().anyMatch(name::startsWith)
                || LIBRARIES.entrySet().stream()
                        .anyMatch(library ->
                                name.startsWith(library.getKey())
                                        && library.getValue().contains(from));
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    /// `consensus` for everything in it and below; empty for Main.
    private static String feature(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.")[0];
    }
}
