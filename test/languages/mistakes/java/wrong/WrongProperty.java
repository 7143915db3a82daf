import io.github.cdksagemakerimages.ImageVersionOptions;
import io.github.cdksagemakerimages.MlFramework;

/** Does not compile, because the property does not exist. */
class WrongProperty {
    final ImageVersionOptions options = ImageVersionOptions.builder().framework(MlFramework.pytorch("2.4")).build();
}
