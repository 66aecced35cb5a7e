"""Made-up results of training with several seeds."""


def of_seed(worst: float, power: float) -> dict[str, float]:
    """Return the result of one seed, with an MSE and a power of its worst signal."""
    return {
        "mean_mse": 0.1,
        "standard_error": 0.001,
        "p999_mse": 0.5,
        "worst_mse": worst,
        "worst_power": power,
    }


SOME_LOST = [of_seed(0.2, 50), of_seed(24, 50), of_seed(26, 50), of_seed(3, 5)]
