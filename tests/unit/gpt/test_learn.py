"""Training learns, can be paused and taken up again, and ends when it should."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from demos.common.errors import BadInput
from demos.common.notices import heard_by
from demos.gpt.corpus import IGNORED
from demos.gpt.learn import Recipe, Training, evaluate, fast_matmul
from demos.gpt.model import GPT, Config
from demos.gpt.tokenizer import CharTokenizer

TEXT = "she sells sea shells by the sea shore, and he sells her a shell. " * 40
TOKENS = CharTokenizer.of(TEXT).encode(TEXT).tensor()
CONFIG = Config(vocab_size=len(set(TEXT)), block_size=16, layers=2, heads=2, width=32, bias=False, dropout=0.1)


def training(**recipe: float) -> Training:
    return Training(TOKENS, CONFIG, Recipe(**({"steps": 8, "batch": 4} | recipe)))  # type: ignore[arg-type]


def test_it_learns_a_text_that_repeats() -> None:
    run = training(steps=150, batch=8)
    before = evaluate(run.average, run.corpus.held_out())
    *_, last = run.run()
    assert (last.step, last.share) == (150, 1.0)
    assert before > 2.5
    assert last.held_out is not None
    assert last.held_out < 1.2
    assert last.held_out == pytest.approx(evaluate(run.average, run.corpus.held_out(), exact=True), abs=0.02)


def test_the_same_seed_learns_the_same_and_another_does_not() -> None:
    first, second, other = ([progress.loss for progress in training(seed=seed, steps=4).run()] for seed in (1, 1, 2))
    assert first == second != other


def test_a_run_can_be_paused() -> None:
    whole = [progress.loss for progress in training().run()]
    run = training()
    parts = [progress.loss for _, progress in zip(range(3), run.run(), strict=False)]
    assert run.step == 3
    parts += [progress.loss for progress in run.run()]
    assert parts == whole


def test_a_saved_run_goes_on_exactly(tmp_path: Path) -> None:
    whole = [progress.loss for progress in training().run()]
    run = training()
    steps = run.run()
    parts = [next(steps).loss for _ in range(5)]
    run.save(tmp_path / "run.pt")
    again = training()
    again.resume(tmp_path / "run.pt")
    parts += [progress.loss for progress in again.run()]
    assert parts == whole


def learned(run: Training, disturb: bool = False) -> Tensor:
    for _ in run.run():
        if disturb:
            torch.rand(7)  # as another thread's, of torch's own generator
            torch.manual_seed(5)
    return torch.cat([parameter.flatten() for parameter in run.model.parameters()])


def test_dropout_takes_its_numbers_from_the_trainings_own_row_and_they_are_those_of_torch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone, beside_others = learned(training()), learned(training(), disturb=True)
    assert torch.equal(alone, beside_others)
    monkeypatch.setattr(
        "demos.gpt.learn.own_generator", lambda model, device, first: None
    )  # F.dropout, by the global row
    assert torch.equal(alone, learned(training()))
    assert not torch.equal(alone, learned(training(), disturb=True))


def test_the_first_weights_are_those_of_torchs_own_generator_which_is_left_alone() -> None:
    for config in (CONFIG, replace(CONFIG, bias=True), replace(CONFIG, tied=False)):
        torch.manual_seed(3)
        oracle = GPT(config)
        before = torch.get_rng_state()
        run = Training(TOKENS, config, Recipe(steps=1, seed=3))
        assert torch.equal(torch.get_rng_state(), before)
        for (name, mine), theirs in zip(run.model.named_parameters(), oracle.parameters(), strict=True):
            assert name.endswith("c_proj.weight") or torch.equal(mine, theirs), name
        assert run.dropout is not None
        assert torch.equal(run.dropout.get_state(), before)  # it goes on where the weights ended


def test_who_draws_meanwhile_changes_no_first_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, initialise = training(seed=3).model, GPT._initialise

    def beside_others(module: torch.nn.Module) -> None:
        with ThreadPoolExecutor(1) as other:
            other.submit(torch.rand, 7).result()
        initialise(module)

    monkeypatch.setattr(GPT, "_initialise", staticmethod(beside_others))
    assert same_weights(training(seed=3).model, alone)


def test_trainings_at_the_same_time_learn_what_each_learns_alone() -> None:
    alone = [learned(training(seed=seed)) for seed in (1, 2)]
    runs = [training(seed=seed) for seed in (1, 2)]
    with ThreadPoolExecutor(2) as both:
        for mine, beside in zip(alone, both.map(learned, runs), strict=True):
            assert torch.equal(mine, beside)


def same_weights(one: GPT, other: GPT) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_a_saved_run_keeps_its_averaged_weights_where_there_is_no_folder_yet(tmp_path: Path) -> None:
    run = training()
    *_, _ = run.run()
    run.save(tmp_path / "new" / "run.pt")
    again = training()
    again.resume(tmp_path / "new" / "run.pt")
    assert same_weights(again.average, run.average)
    assert same_weights(again.model, run.model)
    assert (again.step, again.share) == (8, 1)


def test_the_learning_rates_rise_for_twenty_steps_stay_and_fall_to_zero() -> None:
    run = training(steps=100, falls_from=0.4, lr=0.003, muon_lr=0.02)
    factors = []
    for _ in run.run():
        muon, adamw = (optimizer.param_groups[0]["lr"] for optimizer in run.optimizers)
        assert muon / 0.02 == pytest.approx(adamw / 0.003)
        factors.append(muon / 0.02)
    rising, staying, falling = factors[:20], factors[19:41], factors[40:]
    assert rising == pytest.approx([step / 20 for step in range(1, 21)])
    assert staying == pytest.approx([1] * 22)
    assert falling == pytest.approx([(100 - step) / 60 for step in range(40, 100)])


def test_matrices_of_the_layers_are_muons_and_all_the_rest_is_adamws() -> None:
    run = training()
    muon, adamw = ({id(p) for group in o.param_groups for p in group["params"]} for o in run.optimizers)
    assert isinstance(run.optimizers[0], torch.optim.Muon)
    assert isinstance(run.optimizers[1], torch.optim.AdamW)
    for name, parameter in run.model.named_parameters():
        in_a_layer = name.startswith("transformer.h.") and parameter.ndim == 2
        assert (id(parameter) in muon, id(parameter) in adamw) == (in_a_layer, not in_a_layer)


def test_the_average_follows_fast_at_first_and_slower_later() -> None:
    run = training(steps=12, average=0.5)
    expected = [parameter.clone() for parameter in run.model.parameters()]
    for step, _ in enumerate(run.run()):
        follow = max(0.5, 9 / (10 + step))
        expected = [e + follow * (p - e) for e, p in zip(expected, run.model.parameters(), strict=True)]
        for mine, theirs in zip(run.average.parameters(), expected, strict=True):
            torch.testing.assert_close(mine, theirs.detach())


def test_each_layer_adds_nothing_at_first_and_a_model_to_begin_with_is_taken_over() -> None:
    run = training()
    assert all(p.abs().max() == 0 for name, p in run.model.named_parameters() if name.endswith("c_proj.weight"))
    model = GPT(CONFIG)
    run.begin_with(model)
    assert same_weights(run.model, model)
    assert same_weights(run.average, model)


def test_the_loss_is_the_mean_over_all_predicted_tokens_without_dropout() -> None:
    """Of batches with more and with fewer of them; those that are not to be predicted count nowhere."""
    model = GPT(replace(CONFIG, dropout=0.9)).train()
    inputs = TOKENS[:48].view(3, 16)
    targets = TOKENS[1:49].view(3, 16).clone()
    targets[0, 3:] = targets[2, :15] = IGNORED
    windows = [(inputs[:1], targets[:1]), (inputs[1:], targets[1:])]
    found = evaluate(model, windows, exact=True)
    assert not model.training
    with torch.no_grad():
        losses = -model(inputs).log_softmax(-1).gather(2, targets.clamp(min=0)[..., None])[..., 0]
    kept = targets != IGNORED
    assert kept.sum() == 3 + 16 + 1
    assert found == pytest.approx(float(losses[kept].mean()), abs=1e-6)


@pytest.mark.parametrize("able", [True, False])
def test_products_are_in_bfloat16_only_where_the_processor_can(able: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: able)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    with fast_matmul(torch.device("cpu")):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if able else torch.float32)


def test_a_recipe_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="minutes or steps"):
        Training(TOKENS, CONFIG, Recipe())


def test_it_ends_when_the_time_is_over() -> None:
    *_, last = training(steps=10**6, minutes=0.01).run()
    assert last.share == 1
    assert 0.6 <= last.seconds < 5


def test_a_text_shorter_than_the_block_is_refused() -> None:
    for length in (0, 1, 5, 17):
        with pytest.raises(BadInput) as refusal:
            Training(TOKENS[:length], CONFIG, Recipe(steps=1))
        assert refusal.value.key == "gpt.text_too_short"
    Training(TOKENS[:19], CONFIG, Recipe(steps=1, batch=2))


def test_a_step_switches_nothing_of_torch_that_others_share() -> None:
    """Which attention torch takes is a switch of the whole process: two trainings would leave it turned."""
    run, seen = training(steps=2), []
    run.model.transformer.register_forward_hook(lambda *_: seen.append(torch.backends.cuda.flash_sdp_enabled()))
    for _ in run.run():
        pass
    assert set(seen) == {True} == {torch.backends.cuda.flash_sdp_enabled()}


class Full:
    """A call that finds a pretended graphics card full at the given times, counted from 1, and else goes through."""

    def __init__(self, call: Callable[..., Any], at: Collection[int], afterwards: bool = False) -> None:
        self.call, self.at, self.afterwards, self.calls = call, at, afterwards, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls not in self.at:
            return self.call(*given, **named)
        if self.afterwards:  # half of it is done
            self.call(*given, **named)
        raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize("half_done", [False, True])
def test_where_a_gpus_memory_is_full_a_training_goes_on_from_its_last_whole_step_as_if_nothing_were(
    half_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = training()
    losses = [progress.loss for progress in expected.run()]
    run = training()
    monkeypatch.setattr(run.model, "unembed", Full(run.model.unembed, {4}, afterwards=half_done))
    heard: list[str] = []
    with heard_by(heard.append):
        assert [progress.loss for progress in run.run()] == losses
    assert heard == ["common.gpu_full"]
    assert run.step == expected.step == 8
    assert same_weights(run.model, expected.model)
    assert same_weights(run.average, expected.average)


def test_a_training_whose_optimiser_finds_no_room_in_the_first_step_begins_that_step_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = training()
    losses = [progress.loss for progress in expected.run()]
    run = training()
    last = run.optimizers[-1]
    monkeypatch.setattr(last, "step", Full(last.step, {1}, afterwards=True))
    real = run._state

    def on_a_gpu() -> dict[str, Any]:
        """What is kept of a model on a GPU, whose numbers are copied to the processor."""
        kept = real()
        if run.step == 0:
            kept["model"] = {name: weight.clone() for name, weight in run.model.state_dict().items()}
            kept["optimizers"] = [deepcopy(optimizer.state_dict()) for optimizer in run.optimizers]
        return kept

    monkeypatch.setattr(run, "_state", on_a_gpu)
    assert [progress.loss for progress in run.run()] == losses
    assert same_weights(run.model, expected.model)


def test_a_training_that_finds_no_room_on_the_processor_either_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    run = training()
    monkeypatch.setattr(run.model, "unembed", Full(run.model.unembed, {4, 5}))
    with pytest.raises(torch.OutOfMemoryError):
        list(run.run())
    assert run.step == 3


def test_where_a_gpus_memory_is_full_what_is_held_out_is_measured_on_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = training()
    expected = run.measure()
    monkeypatch.setattr(run.average, "unembed", Full(run.average.unembed, {1}))
    assert run.measure() == expected


@pytest.mark.gpu
def test_a_training_on_a_gpu_whose_memory_is_full_goes_on_on_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Training(TOKENS, CONFIG, Recipe(steps=8, batch=4), torch.device("cuda"))
    monkeypatch.setattr(run.model, "unembed", Full(run.model.unembed, {4}))
    steps = [progress.step for progress in run.run()]
    assert steps == list(range(1, 9))
    assert run.model.device.type == run.average.device.type == "cpu"
    for optimizer in run.optimizers:
        for state in optimizer.state.values():
            assert all(value.device.type == "cpu" for value in state.values() if isinstance(value, Tensor))


@pytest.mark.gpu
@pytest.mark.parametrize("at", [1, 3])
def test_an_optimiser_without_room_on_a_gpu_takes_back_the_first_step(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Training(TOKENS, CONFIG, Recipe(steps=8, batch=4), torch.device("cuda"))
    start = [parameter.detach().cpu().clone() for parameter in run.model.parameters()]
    last = run.optimizers[-1]
    monkeypatch.setattr(last, "step", Full(last.step, {at}, afterwards=True))
    go_back = run._go_back

    def gone_back(state: dict[str, Any]) -> None:
        go_back(state)
        if at == 1:
            for before, now in zip(start, run.model.parameters(), strict=True):
                assert torch.equal(before, now.detach().cpu())

    monkeypatch.setattr(run, "_go_back", gone_back)
    assert [progress.step for progress in run.run()] == list(range(1, 9))
    assert run.model.device.type == "cpu"
