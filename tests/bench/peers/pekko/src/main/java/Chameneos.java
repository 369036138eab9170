// SPDX-License-Identifier: MIT

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workload chameneos: creatures meet in pairs at a mall, and change their colours. */
final class Chameneos {
    private Chameneos() {}

    enum Colour {
        BLUE,
        RED,
        YELLOW;

        private static final Colour[] ALL = values();

        /** It stays as it is if they are alike, and is the third colour if they are not. */
        Colour complement(Colour other) {
            return this == other ? this : ALL[3 - ordinal() - other.ordinal()];
        }
    }

    interface Message {}

    record Meet(Colour colour, ActorRef<Message> creature) implements Message {}

    record Change(Colour colour) implements Message {}

    enum End implements Message {
        INSTANCE
    }

    static final class Creature extends AbstractBehavior<Message> {
        private final ActorRef<Meet> mall;
        private final ActorRef<Long> done;
        private Colour colour;
        private long meetings;

        Creature(
                ActorContext<Message> context,
                Colour colour,
                ActorRef<Meet> mall,
                ActorRef<Long> done) {
            super(context);
            this.colour = colour;
            this.mall = mall;
            this.done = done;
            visit();
        }

        @Override
        public Receive<Message> createReceive() {
            return newReceiveBuilder()
                    .onMessage(Meet.class, this::onMeet)
                    .onMessage(Change.class, this::onChange)
                    .onMessageEquals(End.INSTANCE, this::onEnd)
                    .build();
        }

        private void visit() {
            mall.tell(new Meet(colour, getContext().getSelf()));
        }

        private Behavior<Message> onMeet(Meet other) {
            colour = colour.complement(other.colour());
            meetings++;
            other.creature().tell(new Change(colour));
            visit();
            return this;
        }

        private Behavior<Message> onChange(Change change) {
            colour = change.colour();
            meetings++;
            visit();
            return this;
        }

        private Behavior<Message> onEnd() {
            done.tell(meetings);
            return Behaviors.stopped();
        }
    }

    static final class Mall extends AbstractBehavior<Meet> {
        private long meetings;
        private Meet waiting;

        Mall(ActorContext<Meet> context, long meetings) {
            super(context);
            this.meetings = meetings;
        }

        @Override
        public Receive<Meet> createReceive() {
            return newReceiveBuilder().onMessage(Meet.class, this::onVisitor).build();
        }

        private Behavior<Meet> onVisitor(Meet visitor) {
            if (meetings == 0) {
                visitor.creature().tell(End.INSTANCE);
            } else if (waiting == null) {
                waiting = visitor;
            } else {
                meetings--;
                waiting.creature().tell(visitor);
                waiting = null;
            }
            return this;
        }
    }

    static Behavior<Long> guardian(long meetings, CompletableFuture<String> figure) {
        return Behaviors.setup(
                context -> {
                    ActorRef<Long> self = context.getSelf();
                    long begin = System.nanoTime();
                    ActorRef<Meet> mall =
                            context.spawnAnonymous(Behaviors.setup(own -> new Mall(own, meetings)));
                    Peer.<Message>spawnAll(
                            context,
                            Peer.CREATURES,
                            number ->
                                    Behaviors.setup(
                                            own -> new Creature(own, Colour.ALL[number % 3], mall, self)));
                    return Peer.collect(
                            Peer.CREATURES,
                            sum -> {
                                long elapsed = System.nanoTime() - begin;
                                Peer.checkEqual("creatures at meetings", sum, 2 * meetings);
                                figure.complete(Peer.each(elapsed, meetings));
                                return Behaviors.empty();
                            });
                });
    }
}
