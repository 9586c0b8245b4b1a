package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FailedLoginsTest {
    private static final LoginLimits LIMITS =
            new LoginLimits(
                    Duration.ofSeconds(2),
                    2,
                    4,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(10),
                    10);

    private final FailedLogins failures = new FailedLogins(LIMITS);

    private static Identity user(String name, String address) {
        return Identity.of(name, "a guess", InetAddress.ofLiteral(address));
    }

    private long millisLeft(Identity who, Duration now) {
        return Math.max(0, failures.left(who, now.toNanos()).toMillis());
    }

    private void fail(Identity who, int times, Duration now) {
        for (int i = 0; i < times; i++) {
            failures.failed(who, now.toNanos());
        }
    }

    @Test
    void whoMistypesIsNotHeldUp() {
        Identity zoe = user("zoe", "10.0.0.1");
        fail(zoe, 2, Duration.ZERO);

        assertThat(millisLeft(zoe, Duration.ZERO)).isZero();
    }

    @Test
    void eachFurtherFailureDoublesTheWaitUpToALimit() {
        Identity zoe = user("zoe", "10.0.0.1");
        fail(zoe, 3, Duration.ZERO);
        assertThat(millisLeft(zoe, Duration.ZERO)).isEqualTo(1_000);
        fail(zoe, 1, Duration.ofSeconds(1));
        assertThat(millisLeft(zoe, Duration.ofSeconds(1))).isEqualTo(2_000);
        fail(zoe, 40, Duration.ofSeconds(1));
        assertThat(millisLeft(zoe, Duration.ofSeconds(1))).isEqualTo(5_000);
    }

    @Test
    void nobodyElseIsHeldUp() {
        fail(user("zoe", "10.0.0.1"), 4, Duration.ZERO);

        assertThat(millisLeft(user("zoe", "10.0.0.2"), Duration.ZERO)).isZero();
        assertThat(millisLeft(user("ann", "10.0.0.1"), Duration.ZERO)).isZero();
    }

    @Test
    void anAddressThatTriesManyNamesIsHeldUpWhole() {
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            fail(user(name, "2001:db8::1"), 1, Duration.ZERO);
        }

        assertThat(millisLeft(user("ann", "2001:db8::1"), Duration.ZERO)).isEqualTo(1_000);
        assertThat(millisLeft(user("ann", "2001:db8::ffff:1"), Duration.ZERO)).isEqualTo(1_000);
        assertThat(millisLeft(user("ann", "2001:db8:0:1::1"), Duration.ZERO)).isZero();
    }

    @Test
    void successAndTimeMakeItForget() {
        Identity zoe = user("zoe", "10.0.0.1");
        fail(zoe, 4, Duration.ZERO);
        failures.succeeded(zoe);
        assertThat(millisLeft(zoe, Duration.ZERO)).isZero();

        fail(zoe, 1, Duration.ZERO);
        fail(zoe, 1, Duration.ofMinutes(11));
        assertThat(millisLeft(zoe, Duration.ofMinutes(11))).isZero();
    }

    @Test
    void aPasswordIsInNoText() {
        assertThat(user("zoe", "10.0.0.1").toString())
                .isEqualTo("zoe from 10.0.0.1")
                .doesNotContain("guess");
    }

    @Test
    void identitiesAreEqualWhenAllOfThemIs() {
        InetAddress here = InetAddress.ofLiteral("10.0.0.1");
        Identity zoe = Identity.of("zoe", "secret", here);

        assertThat(zoe)
                .isEqualTo(Identity.of("zoe", "secret", here))
                .isNotEqualTo(Identity.of("zoe", "secreT", here))
                .isNotEqualTo(Identity.of("ann", "secret", here))
                .isNotEqualTo(Identity.of("zoe", "secret", InetAddress.ofLiteral("10.0.0.2")))
                .isNotEqualTo(Identity.byToken("zoe", "secret", here));
    }
}
