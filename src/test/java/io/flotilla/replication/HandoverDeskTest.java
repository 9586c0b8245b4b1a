package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.peer.NodeId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class HandoverDeskTest {
    private static final String OVER = "the reign ended by itself";

    private final HandoverDesk desk = new HandoverDesk(new Signals());

    private CompletableFuture<Void> ask() {
        return desk.ask(Optional.of(new NodeId(2)));
    }

    @Test
    void whoAsksTogetherIsAnsweredTogether() {
        desk.open();
        CompletableFuture<Void> first = ask();
        assertThat(ask()).isSameAs(first);
        desk.take().orElseThrow().done().complete(null);
        assertThat(first).isCompleted();
        assertThat(desk.isRequested()).isFalse();
    }

    @Test
    void whatNobodyTookIsAnsweredWhenTheReignEnds() {
        desk.open();
        CompletableFuture<Void> asked = ask();
        desk.close(OVER);
        assertThat(asked).isCompletedExceptionally();
        assertThat(desk.isRequested()).isFalse();
    }

    /// A handover in which the server dies ends by an exception.
    @Test
    void whatWasTakenAndNotAnsweredIsAnsweredWhenTheReignEnds() {
        desk.open();
        CompletableFuture<Void> asked = ask();
        assertThat(desk.take()).isPresent();
        desk.close(OVER);
        assertThat(asked).isCompletedExceptionally();
    }

    @Test
    void anAnswerThatWasGivenStays() {
        desk.open();
        CompletableFuture<Void> asked = ask();
        desk.take().orElseThrow().done().complete(null);
        desk.close(OVER);
        assertThat(asked).isCompletedWithValue(null);
    }

    /// Who saw the reign may ask a moment after its end.
    @Test
    void whatIsAskedBetweenReignsIsRefusedAndDoesNotEndTheNext() {
        desk.open();
        desk.close(OVER);
        assertThat(ask()).isCompletedExceptionally();
        desk.open();
        assertThat(desk.isRequested()).isFalse();
    }
}
